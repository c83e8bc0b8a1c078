@NullMarked
package io.gatehouse.provider.ntlm.winbind;

import org.jspecify.annotations.NullMarked;
