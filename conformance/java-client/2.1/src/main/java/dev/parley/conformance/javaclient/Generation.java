package dev.parley.conformance.javaclient;

import io.socket.client.IO;
import io.socket.client.Socket;
import java.net.URISyntaxException;
import java.util.Map;
import org.json.JSONException;
import org.json.JSONObject;

/** What is special about this version of the client: it speaks revision 4. */
public final class Generation {
  /** The event of a refusal. */
  public static final String REFUSED = Socket.EVENT_CONNECT_ERROR;

  private Generation() {}

  /** A socket that authenticates with a token: in its CONNECT packet. */
  public static Socket open(String url, String token, IO.Options options)
      throws URISyntaxException {
    options.auth = Map.of("token", token);
    return IO.socket(url, options);
  }

  /** Why a client was refused. */
  public static String message(Object refusal) throws JSONException {
    return ((JSONObject) refusal).getString("message");
  }

  /** Whether a refusal with details reaches the user. */
  public static boolean hearsDetails() {
    return true;
  }

  public static Object details(Object refusal) throws JSONException {
    return ((JSONObject) refusal).get("data");
  }
}
