@NullMarked
package io.gatehouse.jwt;

import org.jspecify.annotations.NullMarked;
