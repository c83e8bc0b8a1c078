@NullMarked
package io.gatehouse.core.tsgu;

import org.jspecify.annotations.NullMarked;
