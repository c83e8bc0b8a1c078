/** NDR (C706 chapter 14), the little-endian encoding in which Windows' protocols carry structures. */
@NullMarked
package io.gatehouse.formats.ndr;

import org.jspecify.annotations.NullMarked;
