@NullMarked
package io.gatehouse.jetty.acme;

import org.jspecify.annotations.NullMarked;
