/** The admin API: who may call it, what it does, and where it listens. */
@NullMarked
package io.gatehouse.jetty.admin;

import org.jspecify.annotations.NullMarked;
