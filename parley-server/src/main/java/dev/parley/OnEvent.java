package dev.parley;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Handles an event; an event has one handler. A parameter of type {@link Socket} gets the socket, one of type {@link Args}
 * all arguments; the others get the event's arguments in their order, each bound to its declared type, generics included.
 * An argument that the client did not send is null, and an error for a primitive type.
 *
 * <p>What the method returns acknowledges the event, see {@link CallHandler}; a void method acknowledges with nothing. What
 * it throws goes to the namespace's error handler.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface OnEvent {
  /** The name of the event; empty stands for the name of the method. */
  String value() default "";
}
