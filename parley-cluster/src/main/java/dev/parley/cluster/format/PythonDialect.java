package dev.parley.cluster.format;

/**
 * How the arguments of an event travel between the nodes of python-socketio, which has changed twice. Whatever is chosen
 * decides how Parley writes; it reads all of them, and needs the choice only to tell a list of arguments from one argument
 * that is a list.
 */
public enum PythonDialect {
  /**
   * JSON that all read, if there is one argument and that is no list: it stands alone. Everything else is written as
   * {@link #V5_15}. The default.
   */
  ANY("any"),
  /** Pickles, of 5.13 and before: they hold everything, and no later version reads them. */
  V5_13("5.13"),
  /** JSON of 5.14.0 to 5.15.0: the argument stands alone. Several arguments arrive at Python as one list. */
  V5_14("5.14"),
  /** JSON of 5.15.1 and later: a list of the arguments. */
  V5_15("5.15");

  private final String option;

  PythonDialect(String option) {
    this.option = option;
  }

  /** As a user writes it: {@code any}, {@code 5.13}, {@code 5.14}, {@code 5.15}. */
  public String option() {
    return option;
  }

  /** @throws IllegalArgumentException if there is none of this name */
  public static PythonDialect of(String option) {
    for (PythonDialect dialect : values()) {
      if (dialect.option.equals(option)) {
        return dialect;
      }
    }
    throw new IllegalArgumentException(
        "the dialect \"" + option + "\" is unknown; any, 5.13, 5.14 and 5.15 are known");
  }
}
