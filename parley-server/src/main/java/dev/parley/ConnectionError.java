package dev.parley;

import dev.parley.http.HttpRequest;
import java.util.Map;

/**
 * A request that the engine refused.
 *
 * @param code 0 transport unknown, 1 session unknown, 2 bad handshake method, 3 bad request, 4 forbidden, 5 unsupported
 *     protocol version
 * @param context what was wrong, for the log; may hold text of the client
 */
public record ConnectionError(
    HttpRequest request, int code, String message, Map<String, String> context) {}
