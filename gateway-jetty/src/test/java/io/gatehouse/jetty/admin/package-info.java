@NullMarked
package io.gatehouse.jetty.admin;

import org.jspecify.annotations.NullMarked;
