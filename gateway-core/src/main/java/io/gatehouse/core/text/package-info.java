/** Reading text that an administrator or a client wrote, comparing names, and quoting text in messages. */
@NullMarked
package io.gatehouse.core.text;

import org.jspecify.annotations.NullMarked;
