@NullMarked
package io.gatehouse.formats.digest;

import org.jspecify.annotations.NullMarked;
