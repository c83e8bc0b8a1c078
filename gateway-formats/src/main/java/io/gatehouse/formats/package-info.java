/**
 * Formats that more than one module reads or writes, each of them once. The packages below are one format each.
 */
@NullMarked
package io.gatehouse.formats;

import org.jspecify.annotations.NullMarked;
