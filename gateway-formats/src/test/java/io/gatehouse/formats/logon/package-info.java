@NullMarked
package io.gatehouse.formats.logon;

import org.jspecify.annotations.NullMarked;
