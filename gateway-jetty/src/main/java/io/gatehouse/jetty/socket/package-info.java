/** What the sockets of clients and of targets have in common. Knows no other room. */
@NullMarked
package io.gatehouse.jetty.socket;

import org.jspecify.annotations.NullMarked;
