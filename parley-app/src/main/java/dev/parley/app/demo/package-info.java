/** Three small applications, to read and to try; their pages are the resources of {@code demo-pages}. */
@NullMarked
package dev.parley.app.demo;

import org.jspecify.annotations.NullMarked;
