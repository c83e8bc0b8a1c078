@NullMarked
package io.gatehouse.provider.ntlm.netlogon;

import org.jspecify.annotations.NullMarked;
