@NullMarked
package io.gatehouse.formats.text;

import org.jspecify.annotations.NullMarked;
