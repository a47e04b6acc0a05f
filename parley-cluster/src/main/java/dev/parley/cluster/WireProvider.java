package dev.parley.cluster;

import java.net.URI;
import java.util.Map;
import java.util.Set;

/** Makes wires from URLs; found by {@link java.util.ServiceLoader}. */
public interface WireProvider {
  /** The schemes of the URLs that it knows, in lower case. */
  Set<String> schemes();

  /**
   * Makes a wire; connects to nothing yet.
   *
   * @param url without the options that Parley reads
   * @param options what stood in the URL's query: {@code format}, {@code channel} and so on
   * @throws IllegalArgumentException naming what is wrong with the URL or an option, and what is allowed
   */
  Wire open(URI url, Map<String, String> options);
}
