@NullMarked
package io.gatehouse.bench;

import org.jspecify.annotations.NullMarked;
