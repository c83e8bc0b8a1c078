@NullMarked
package io.gatehouse.jetty.audit;

import org.jspecify.annotations.NullMarked;
