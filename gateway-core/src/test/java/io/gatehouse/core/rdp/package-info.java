@NullMarked
package io.gatehouse.core.rdp;

import org.jspecify.annotations.NullMarked;
