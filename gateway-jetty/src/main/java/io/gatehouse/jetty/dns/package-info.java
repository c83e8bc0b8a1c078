/** Names of hosts and services, asked of the system and of DNS in bounded time. Knows no other room. */
@NullMarked
package io.gatehouse.jetty.dns;

import org.jspecify.annotations.NullMarked;
