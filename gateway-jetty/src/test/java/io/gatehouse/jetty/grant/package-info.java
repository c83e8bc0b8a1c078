@NullMarked
package io.gatehouse.jetty.grant;

import org.jspecify.annotations.NullMarked;
