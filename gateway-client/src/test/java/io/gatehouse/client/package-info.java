@NullMarked
package io.gatehouse.client;

import org.jspecify.annotations.NullMarked;
