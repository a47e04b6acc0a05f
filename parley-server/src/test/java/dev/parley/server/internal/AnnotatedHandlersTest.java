package dev.parley.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Admit;
import dev.parley.Args;
import dev.parley.Attempt;
import dev.parley.Namespace;
import dev.parley.NonBlocking;
import dev.parley.OnConnect;
import dev.parley.OnDisconnect;
import dev.parley.OnEvent;
import dev.parley.OnMessage;
import dev.parley.Parley;
import dev.parley.Socket;
import dev.parley.SocketNamespace;
import dev.parley.server.transport.Endpoint;
import dev.parley.server.transport.Host;
import dev.parley.server.transport.HostSettings;
import java.lang.reflect.Type;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.type.TypeFactory;

/** What is found in an annotated class, and what is refused there. How it then runs is tested on the memory host. */
class AnnotatedHandlersTest {
  private final Parley parley = Parley.builder().host(new NoHost()).build();

  @SocketNamespace("/chat")
  static class Chat {
    @OnConnect
    void hello() {}

    @OnEvent
    int say(Socket socket, Map<String, List<Integer>> counts) {
      return counts.size();
    }

    @OnEvent("two words")
    void other(String a, Args all, String b) {}

    @OnMessage
    @NonBlocking
    void message(String text) {}
  }

  @Test
  void registersEventsByMethodNameAndByAnnotation() {
    parley.register(new Chat());

    HandlerTable table = handlers("/chat");
    assertThat(type(table, "say"))
        .isEqualTo(new TypeReference<Map<String, List<Integer>>>() {}.getType());
    assertThat(type(table, "two words")).isEqualTo(Args.class);
    assertThat(type(table, "message")).isEqualTo(String.class);
    assertThat(table.find("message").nonBlocking()).isTrue();
    assertThat(table.find("say").nonBlocking()).isFalse();
  }

  interface Echoing<T> {
    @OnEvent
    T echo(T value);

    @OnEvent
    default void shout(List<T> values) {}
  }

  static class Base {
    @OnEvent
    void greet(String name) {}

    @OnEvent("old")
    void renamed(String name) {}
  }

  @SocketNamespace
  static class Inheriting extends Base implements Echoing<Integer> {
    @Override
    public Integer echo(Integer value) {
      return value;
    }

    @Override
    @OnEvent("new")
    void renamed(String name) {}
  }

  @Test
  void findsInheritedMethodsAndResolvesTheirTypeVariables() {
    parley.register(new Inheriting() {});

    HandlerTable table = handlers("/");
    TypeFactory types = TypeFactory.createDefaultInstance();
    assertThat(types.constructType(type(table, "echo")).getRawClass()).isEqualTo(Integer.class);
    assertThat(types.constructType(type(table, "shout")))
        .isEqualTo(types.constructCollectionType(List.class, Integer.class));
    assertThat(table.find("greet")).isNotNull();
    assertThat(table.find("new")).isNotNull();
    assertThat(table.find("old")).isNull();
  }

  @SocketNamespace("/broken")
  static class Broken {
    @Admit
    boolean gate(Attempt attempt) {
      return true;
    }

    @OnConnect
    void hello(String name) {}

    @OnEvent
    void say(Attempt attempt) {}

    @OnEvent("twice")
    void first() {}

    @OnEvent("twice")
    void second() {}

    @OnEvent
    void connect() {}

    @OnEvent
    private void hidden() {}

    @OnEvent
    @OnMessage
    void both() {}

    @OnDisconnect
    @NonBlocking
    void bye() {}

    @NonBlocking
    void lonely() {}
  }

  @Test
  void tellsEverythingThatIsWrongAtOnce() {
    assertThatThrownBy(() -> parley.register(new Broken()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(Broken.class.getName() + " cannot be registered: ")
        .hasMessageContaining("gate(Attempt) returns boolean, with @Admit only void is allowed")
        .hasMessageContaining(
            "hello(String) cannot take String, with @OnConnect it may take Socket, Handshake")
        .hasMessageContaining("say(Attempt) cannot take Attempt, with @OnEvent it may take Socket, "
            + "Args and the types of the event's arguments")
        .hasMessageContaining("first() and second() handle \"twice\", one method is allowed")
        .hasMessageContaining("connect() handles \"connect\"")
        .hasMessageContaining("hidden() is private or static")
        .hasMessageContaining("both() has [@OnEvent, @OnMessage], exactly one of")
        .hasMessageContaining("bye() has @NonBlocking, which is allowed with @OnEvent")
        .hasMessageContaining("lonely() has only @NonBlocking");
    assertThat(parley.namespaces()).extracting(Namespace::name).containsExactly("/");
  }

  static class NoNamespace {
    void nothing() {}
  }

  @SocketNamespace(value = "/(", pattern = true)
  private static final class PrivateWithBadPattern {
    @OnEvent
    void say() {}
  }

  @Test
  void refusesClassesThatCannotWork() {
    assertThatThrownBy(() -> parley.register(new NoNamespace()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it has no @SocketNamespace")
        .hasMessageContaining("no method has one of the annotations [@Admit, @OnConnect");
    assertThatThrownBy(() -> parley.register(new PrivateWithBadPattern()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it is private")
        .hasMessageContaining("its @SocketNamespace is no pattern: Unclosed group");
    assertThatThrownBy(() -> parley.register(Chat.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("register(Chat.class) needs a factory");
  }

  @SocketNamespace
  static class Gate {
    @Admit
    void gate(Attempt attempt) {}
  }

  @Test
  void refusesAdmissionChecksInAnObjectPerSocket() {
    assertThatThrownBy(() -> parley.register(Gate.class, Gate::new))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gate(Attempt) has @Admit, which is allowed in a shared object only");
  }

  @Test
  void leavesNothingBehindWhenAnEventIsTaken() {
    parley.of("/chat").on("say", String.class, (socket, text) -> {});

    assertThatThrownBy(() -> parley.register(new Chat())).isInstanceOf(IllegalStateException.class);

    assertThat(handlers("/chat").find("message")).isNull();
    assertThat(handlers("/chat").find("two words")).isNull();
    assertThat(handlers("/chat").find("say")).isNotNull();
  }

  private HandlerTable handlers(String namespace) {
    return ((NamespaceBase) parley.of(namespace)).table();
  }

  private static Type type(HandlerTable table, String event) {
    return table.find(event).type();
  }

  private static final class NoHost implements Host {
    @Override
    public void start(HostSettings settings, Endpoint endpoint) {}

    @Override
    public InetSocketAddress address() {
      throw new IllegalStateException("not started");
    }

    @Override
    public void stopAccepting() {}

    @Override
    public void close(Duration patience) {}
  }
}
