@NullMarked
package io.gatehouse.provider.ntlm.validation;

import org.jspecify.annotations.NullMarked;
