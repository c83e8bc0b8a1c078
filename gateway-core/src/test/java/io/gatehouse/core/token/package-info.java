@NullMarked
package io.gatehouse.core.token;

import org.jspecify.annotations.NullMarked;
