@NullMarked
package io.gatehouse.core.forwarding;

import org.jspecify.annotations.NullMarked;
