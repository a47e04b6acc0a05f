package dev.parley;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Handles an event. A parameter of type {@link Socket} gets the socket, one of type {@link Args} all arguments; the others get the event's
 * arguments in order, bound to their types. What the method returns acknowledges the event; a void method acknowledges with nothing. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface OnEvent {
  /** The name of the event; empty stands for the name of the method. */
  String value() default "";
}
