@NullMarked
package io.gatehouse.provider.ntlm.netlogon.rpc;

import org.jspecify.annotations.NullMarked;
