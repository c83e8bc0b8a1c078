/** Text of others: which of it is printable, and how it is shown where it is not. */
@NullMarked
package io.gatehouse.formats.text;

import org.jspecify.annotations.NullMarked;
