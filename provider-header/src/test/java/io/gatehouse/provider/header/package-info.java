@NullMarked
package io.gatehouse.provider.header;

import org.jspecify.annotations.NullMarked;
