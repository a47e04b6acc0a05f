package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Args;
import dev.parley.DisconnectReason;
import dev.parley.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the server makes of packets that a client should not send (reference §2.2): most end the connection. They are JSON. */
@ParameterizedClass(name = "{0}")
@EnumSource(value = Way.class, mode = EnumSource.Mode.EXCLUDE, names = "MSGPACK")
public abstract class VerdictContract extends ServerContract {
  /** Text messages after a successful CONNECT to {@code /}. */
  private static final List<String> CLOSING = List.of(
      "",
      "a",
      "7",
      "9",
      "2",
      "2{}",
      "2[]",
      "2[null]",
      "2[true]",
      "2[{}]",
      "2[[\"a\"]]",
      "2[\"a\"",
      "2[\"a\",",
      "2[\"a\",}",
      "2[\"a\"]x",
      "2[\"a\",{\"b\":nul}]",
      "2\"a\"",
      "21",
      "2[\"connect\"]",
      "2[\"connect_error\",1]",
      "2[\"disconnect\"]",
      "2[\"disconnecting\"]",
      "2[\"newListener\"]",
      "2[\"removeListener\"]",
      "2 5[\"a\"]",
      "2-1[\"a\"]",
      "29007199254740993[\"a\"]",
      "21111111111111111111111[\"a\"]",
      "2/other,[\"a\"]",
      "3/other,1[]",
      "31{}",
      "31\"a\"",
      "4{\"message\":\"x\"}",
      "5[\"a\",{\"_placeholder\":true,\"num\":0}]",
      "5-[\"a\",{\"_placeholder\":true,\"num\":0}]",
      "50-[\"a\"]",
      "5-1-[\"a\",{\"_placeholder\":true,\"num\":0}]",
      "51.5-[\"a\",{\"_placeholder\":true,\"num\":0}]",
      "5x-[\"a\"]",
      "511-[\"a\"]",
      "5999999999999999999-[\"a\"]",
      "1{\"a\":1}");

  private static final List<String> ENDING_REVISION_4 =
      List.of("0", "0{", "0[]", "0null", "0\"x\"", "0/other,[]", "0/other,\"x\"");

  /** Text messages that are ignored, or taken for what they mean. */
  private static final List<String> HARMLESS = List.of(
      "3",
      "3[]",
      "399[]",
      "399[1,{\"a\":null}]",
      "2[\"unknown\",1]",
      "2[\"error\",1]",
      "2[1,2]",
      "2[\"a b\\u0063\"]",
      "26[\"unknown\"]");

  protected VerdictContract(Bench.Starter starter) {
    super(starter);
  }

  private void startEcho() {
    start(parley -> parley
        .of("/")
        .onCall("echo", (Socket socket, Args args) -> args)
        .onDisconnect((socket, how) -> notes.add(how.reason())));
  }

  @Test
  void endsTheConnectionForWhatNoClientSends() {
    startEcho();
    List<String> messages = new ArrayList<>(CLOSING);
    if (!way.isRevision3()) {
      messages.addAll(ENDING_REVISION_4);
    }
    for (String message : messages) {
      TestClient client = connect();
      int before = notes.size();

      client.sendRaw(message);

      try {
        client.expectEnd();
      } catch (AssertionError e) {
        throw new AssertionError("\"" + message + "\" should have ended the connection", e);
      }
      await("the end after " + message, () -> notes.size() > before);
      assertThat(notes.get(before)).as(message).isEqualTo(DisconnectReason.PARSE_ERROR);
    }
    assertThat(connect().call("echo", 1).toList()).containsExactly(1);
  }

  @Test
  void goesOnAfterWhatIsOnlyStrange() {
    startEcho();
    TestClient client = connect();

    for (String message : HARMLESS) {
      client.sendRaw(message);
      assertThat(client.call("echo", message).toList()).containsExactly(message);
    }
  }

  @Test
  void endsTheConnectionForAttachmentsThatDoNotFit() {
    startEcho();
    String placeholder = "{\"_placeholder\":true,\"num\":0}";
    for (Object[] messages : new Object[][] {
      {new byte[] {1}},
      {"51-[\"echo\"," + placeholder + "]", "2[\"echo\"]"},
      {"51-[\"echo\"," + placeholder.replace("0", "1") + "]", new byte[] {1}},
      {"51-[\"echo\"," + placeholder.replace("0", "-1") + "]", new byte[] {1}},
      {"51-[\"echo\"," + placeholder.replace("0", "\"splice\"") + "]", new byte[] {1}},
      {"51-[\"echo\"," + placeholder.replace("0", "0.5") + "]", new byte[] {1}},
      {"51-[\"echo\"," + placeholder + "]", new byte[] {1}, new byte[] {2}}
    }) {
      TestClient client = connect();
      for (Object message : messages) {
        if (message instanceof String text) {
          client.sendRaw(text);
        } else {
          client.sendRaw((byte[]) message);
        }
      }
      client.expectEnd();
    }
    assertThat(connect().call("echo", new byte[] {1}).size()).isEqualTo(1);
  }

  @Test
  void endsTheConnectionForASecondConnect() {
    if (way.isRevision3()) {
      return; // Clients of revision 3 do not send it.
    }
    startEcho();
    TestClient client = connect();

    client.sendRaw("0");

    client.expectEnd();
    awaitNotes(DisconnectReason.PARSE_ERROR);
  }

  @Test
  void toleratesAConnectToTheDefaultNamespaceOfRevision3() {
    if (!way.isRevision3()) {
      return;
    }
    startEcho();
    TestClient client = connect();

    client.sendRaw("0");

    assertThat(client.call("echo", 1).toList()).containsExactly(1);
  }

  @Test
  void takesANamespaceWithoutAComma() {
    startEcho();
    server().of("/chat");
    TestClient client = connect();
    client.rawReceived();

    client.sendRaw("0/chat");

    await(
        "the answer",
        () -> client.rawReceived().stream()
            .anyMatch(message -> message.toString().startsWith("0/chat,")));
  }

  @Test
  void doesNotHoldALateEventAgainstAClientThatWasSentAway() {
    start(parley -> parley.of("/chat").on("go", (socket, args) -> socket.disconnect()));
    TestClient client = upgraded(connect("/chat"));
    client.emit("go");
    client.expectEnd();

    client.sendRaw("2/chat,[\"late\"]");

    assertThat(client.rejoin().connected()).isTrue();
  }
}
