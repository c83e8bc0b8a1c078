@NullMarked
package io.gatehouse.provider.local;

import org.jspecify.annotations.NullMarked;
