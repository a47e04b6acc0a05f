package dev.parley.cluster;

import dev.parley.http.HttpRequest;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/** Finds the wire that a URL means. */
final class Wires {
  private Wires() {}

  /** @throws IllegalArgumentException naming what is wrong, never a password */
  static Wire open(String url) {
    int hash = url.indexOf('#');
    String fragment = hash < 0 ? "" : url.substring(hash);
    String rest = hash < 0 ? url : url.substring(0, hash);
    int question = rest.indexOf('?');
    String bare = (question < 0 ? rest : rest.substring(0, question)) + fragment;
    Map<String, String> options =
        question < 0 ? Map.of() : HttpRequest.parseQuery(rest.substring(question + 1));
    if (options.keySet().stream().anyMatch(name -> name.indexOf('@') >= 0)) {
      // Not to be shown: it is a part of a password.
      throw new IllegalArgumentException(
          "the URL of the bus has an @ behind its ?; in a password, ? is written as %3F");
    }
    URI uri;
    try {
      uri = URI.create(bare);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the URL of the bus cannot be read");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    Set<String> known = new TreeSet<>();
    for (WireProvider provider : ServiceLoader.load(WireProvider.class)) {
      if (provider.schemes().contains(scheme)) {
        return provider.open(uri, options);
      }
      known.addAll(provider.schemes());
    }
    throw new IllegalArgumentException("no bus for URLs that begin with \"" + scheme
        + ":\"; those on the class path are " + known);
  }
}
