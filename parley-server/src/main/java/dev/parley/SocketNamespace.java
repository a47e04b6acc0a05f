package dev.parley;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A class whose annotated methods handle one namespace. Register an object of it with {@link Parley#register(Object)} to share it
 * between all sockets, or the class with a factory to give every socket its own. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface SocketNamespace {
  /** The name of the namespace; a regular expression if {@link #pattern} says so. */
  String value() default "/";

  /** True if the name is a pattern of namespaces that clients may ask for. */
  boolean pattern() default false;
}
