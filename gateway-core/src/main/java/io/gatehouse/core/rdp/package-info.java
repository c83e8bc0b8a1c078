/** The {@code .rdp} file that remote desktop clients open: reading templates, changing settings, signing, writing. */
@NullMarked
package io.gatehouse.core.rdp;

import org.jspecify.annotations.NullMarked;
