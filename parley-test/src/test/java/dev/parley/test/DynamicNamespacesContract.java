package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Namespace;
import dev.parley.Refused;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Namespaces that clients ask for. */
@OverEveryWay
public abstract class DynamicNamespacesContract extends ServerContract {
  private static final Pattern TENANTS = Pattern.compile("/tenant-\\w+");

  protected DynamicNamespacesContract(Bench.Starter starter) {
    super(starter);
  }

  @Test
  void makesChildrenThatShareTheParentsHandlers() {
    start(parley -> parley
        .of(TENANTS)
        .admit(attempt -> attempt.join(attempt.namespace()))
        .onCall("where", String.class, (socket, x) -> socket.namespace().name()));

    TestClient a = connect("/tenant-a");
    TestClient b = connect("/tenant-b");

    assertThat(a.call("where").toList()).containsExactly("/tenant-a");
    assertThat(b.call("where").toList()).containsExactly("/tenant-b");
    assertThat(connect("/tenant-").refused().message()).isEqualTo("Invalid namespace");
    assertThat(connect("/x/tenant-a").refused().message()).isEqualTo("Invalid namespace");
    assertThat(server().namespaces().map(Namespace::name))
        .contains("/tenant-a", "/tenant-b")
        .doesNotContain("/tenant-");
  }

  @Test
  void reachesAllChildrenThroughTheParentAndOneThroughItself() {
    Namespace[] parent = new Namespace[1];
    start(parley -> parent[0] = parley.of(TENANTS));
    TestClient a = connect("/tenant-a");
    TestClient b = connect("/tenant-b");

    parent[0].emit("all", 1);
    server().of("/tenant-a").emit("a", 1);

    a.expect("all");
    a.expect("a");
    b.expect("all");
    expectNothing(a);
    expectNothing(b);
    assertThat(parent[0].size()).isEqualTo(2);
    assertThat(parent[0].fetchSockets().join()).hasSize(2);
  }

  @Test
  void triesParentsInOrderAfterTheNamesThatExist() {
    start(parley -> {
      parley.of("/tenant-fixed").onCall("who", String.class, (socket, x) -> "static");
      parley
          .of((name, handshake) -> {
            notes.add(name);
            return "yes".equals(handshake.auth().text("matcher"));
          })
          .onCall("who", String.class, (socket, x) -> "matcher");
      parley.of(TENANTS).onCall("who", String.class, (socket, x) -> "pattern");
    });

    assertThat(connect("/tenant-fixed").call("who").toList()).containsExactly("static");
    assertThat(notes).isEmpty();
    assertThat(connect("/tenant-x").call("who").toList()).containsExactly("pattern");
    TestClient matched = client().connect("/any", Map.of("matcher", "yes"));
    assertThat(matched.call("who").toList()).containsExactly("matcher");
  }

  @Test
  void takesAFailingMatcherForANo() {
    start(parley -> parley.of((name, handshake) -> {
      throw new IllegalStateException("broken");
    }));

    assertThat(connect("/any").refused().message()).isEqualTo("Invalid namespace");
  }

  @Test
  void removesEmptyChildrenWhenAsked() {
    start(
        builder -> builder
            .cleanupEmptyChildNamespaces(true)
            .onNamespace(namespace -> notes.add("made " + namespace.name())),
        parley -> {
          parley.of("/static");
          parley.of(TENANTS).admit(attempt -> {
            if (attempt.namespace().equals("/tenant-no")) {
              throw new Refused("no");
            }
          });
        });
    TestClient a = connect("/tenant-a");
    TestClient second = connect("/tenant-a");

    a.disconnect();
    barrier(a);
    assertThat(exists("/tenant-a")).isTrue();
    kill(second);
    await("the end of the child", () -> !exists("/tenant-a"));

    connect("/tenant-no");
    assertThat(exists("/tenant-no")).isFalse();
    kill(connect("/static"));
    assertThat(connect("/tenant-a").connected()).isTrue();
    awaitNotes("made /static", "made /tenant-a", "made /tenant-a");
    assertThat(server().namespaces().map(Namespace::name)).contains("/", "/static", "/tenant-a");
  }

  private boolean exists(String namespace) {
    return server().namespaces().anyMatch(known -> known.name().equals(namespace));
  }

  @Test
  void keepsEmptyChildrenOtherwise() {
    start(parley -> parley.of(TENANTS));
    TestClient client = connect("/tenant-a");

    client.disconnect();
    barrier(client);

    assertThat(server().namespaces().map(Namespace::name)).contains("/tenant-a");
  }

  @Test
  void refusesNamesThatCannotTravel() {
    start(parley -> {
      for (String name : new String[] {"/a,b", "/a?b", "/" + "x".repeat(600)}) {
        assertThatThrownBy(() -> parley.of(name)).isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(parley.of("")).isSameAs(parley.of("/"));
      assertThat(parley.of("chat")).isSameAs(parley.of("/chat"));
    });
  }
}
