package dev.parley.conformance.javaclient;

import io.socket.client.IO;
import io.socket.client.Socket;
import java.net.URISyntaxException;

/** What is special about this version of the client: it speaks revision 3. */
public final class Generation {
  /** The event of a refusal. */
  public static final String REFUSED = "error";

  private Generation() {}

  /** A socket that authenticates with a token: in the query of the namespace. */
  public static Socket open(String url, String token, IO.Options options)
      throws URISyntaxException {
    return IO.socket(url + "?token=" + token, options);
  }

  /** Why a client was refused. */
  public static String message(Object refusal) {
    return (String) refusal;
  }

  /** This version drops a refusal with details before anybody hears of it: it takes text alone for valid. */
  public static boolean hearsDetails() {
    return false;
  }

  public static Object details(Object refusal) {
    throw new UnsupportedOperationException();
  }
}
