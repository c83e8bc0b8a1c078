@NullMarked
package io.gatehouse.formats.signin;

import org.jspecify.annotations.NullMarked;
