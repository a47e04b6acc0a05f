package dev.parley.app.demo;

import dev.parley.Namespace;
import dev.parley.Parley;

/**
 * The same event in two namespaces, handled differently: people sign in one and are anonymous in the other. What is said in
 * one is not heard in the other, although a page has one connection for both.
 */
public final class AnonymousChat {
  private static final String EVENT = "new message";

  record NewMessage(String nickname, String message) {}

  public AnonymousChat(Parley parley) {
    Namespace signed = parley.of("/");
    signed.on(EVENT, NewMessage.class, (socket, sent) -> signed.emit(EVENT, sent));

    Namespace anonymous = parley.of("/anonymous");
    anonymous.on(
        EVENT,
        NewMessage.class,
        (socket, sent) -> anonymous.emit(EVENT, new NewMessage("Anonymous", sent.message())));
  }
}
