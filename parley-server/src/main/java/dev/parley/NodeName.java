package dev.parley;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * The name of one of several servers behind a balancer, and the tag that its session ids begin with. By the tag a balancer
 * finds the node of a session, with no cookie and no memory of its own. Both are public.
 *
 * @param name 1 to 64 letters, digits, or {@code . _ : -}
 */
public record NodeName(String name) {
  private static final int TAG_LENGTH = 4;

  public NodeName {
    if (!name.matches("[A-Za-z0-9._:-]{1,64}")) {
      throw new IllegalArgumentException(
          "node name \"" + name + "\", 1 to 64 letters, digits, dots, colons, _ or - are allowed");
    }
  }

  /**
   * Four characters, always the same ones for a name. A name of four letters and digits, such as {@code web1}, is its own
   * tag; of any other the tag is drawn from its hash, and consists of letters and digits too.
   */
  public String tag() {
    return name.matches("[A-Za-z0-9]{" + TAG_LENGTH + "}") ? name : hashed();
  }

  private String hashed() {
    byte[] hash = sha256().digest(name.getBytes(StandardCharsets.UTF_8));
    // Three bytes are four characters. Configuration files take a leading - for something else.
    return Base64.getUrlEncoder()
        .encodeToString(Arrays.copyOf(hash, TAG_LENGTH * 3 / 4))
        .replace('-', 'A')
        .replace('_', 'B');
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java has SHA-256", impossible);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
