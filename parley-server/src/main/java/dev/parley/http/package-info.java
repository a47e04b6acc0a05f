/** The little of HTTP that users meet: a request, a response, headers, and what serves paths that are not Parley's. */
@NullMarked
package dev.parley.http;

import org.jspecify.annotations.NullMarked;
