package dev.parley;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A class whose annotated methods handle one namespace. Register an object of it with {@link Parley#register(Object)} to
 * share it between all sockets, or the class with a factory to give every socket its own.
 *
 * <pre>{@code
 * @SocketNamespace("/chat")
 * public class Chat {
 *   @Admit
 *   void check(Attempt attempt) {
 *     attempt.data(USER, users.check(attempt.auth().text("token")));    // throws Refused
 *   }
 *
 *   @OnConnect
 *   void hello(Socket socket) {
 *     socket.join("lobby");
 *   }
 *
 *   @OnEvent
 *   Receipt say(Socket socket, Say say) {                               // what it returns acknowledges the event
 *     socket.to(say.room()).emit("said", say);
 *     return new Receipt(store.save(say));
 *   }
 *
 *   @OnDisconnect
 *   void bye(Socket socket, DisconnectReason reason) {}
 * }
 * }</pre>
 *
 * <p>Methods with {@link Admit}, {@link OnConnect}, {@link OnEvent}, {@link OnMessage}, {@link OnAny} and {@link
 * OnDisconnect} may have any access but private, may throw, and may be inherited from superclasses and interfaces; an
 * annotation holds for a method that overrides the annotated one, unless it has its own. Several methods with the same
 * annotation are called in the order of their names, those of superclasses first. A class in a named module must be public
 * and exported, or in a package that is open to {@code dev.parley.server}.
 *
 * <p>A shared object is called by many threads at once. An object per socket is made when its socket connects, before any of
 * its methods runs, and is used for one event after another, except by methods marked {@link NonBlocking}; it goes when the
 * socket goes. If its factory throws, the error handler hears of it, and again of each of the socket's events.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface SocketNamespace {
  /** The name of the namespace; a regular expression if {@link #pattern} says so. */
  String value() default "/";

  /** True if the name is a pattern of namespaces that clients may ask for. */
  boolean pattern() default false;
}
