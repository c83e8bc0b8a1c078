/** Who is served next: the sockets of all clients and targets share the processors here. */
@NullMarked
package io.gatehouse.jetty.scheduling;

import org.jspecify.annotations.NullMarked;
