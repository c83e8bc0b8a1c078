@NullMarked
package io.gatehouse.formats.ntlm;

import org.jspecify.annotations.NullMarked;
