@NullMarked
package io.gatehouse.formats.sid;

import org.jspecify.annotations.NullMarked;
