@NullMarked
package io.gatehouse.formats.time;

import org.jspecify.annotations.NullMarked;
