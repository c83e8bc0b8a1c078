@NullMarked
package io.gatehouse.client.ntlm;

import org.jspecify.annotations.NullMarked;
