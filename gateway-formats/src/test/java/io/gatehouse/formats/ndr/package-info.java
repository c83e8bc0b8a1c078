@NullMarked
package io.gatehouse.formats.ndr;

import org.jspecify.annotations.NullMarked;
