/** Files that hold secrets: who may touch them is checked, and a change is noticed without a restart. */
@NullMarked
package io.gatehouse.formats.file;

import org.jspecify.annotations.NullMarked;
