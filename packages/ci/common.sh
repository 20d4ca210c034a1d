# Functions of the steps of action.yml.

# escaped TEXT - as the message of an annotation, which would end with its first line.
escaped() {
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '%s' "${text//$'\n'/%0A}"
}

# error TEXT - an annotation.
error() { printf '::error title=OpenProspect::%s\n' "$(escaped "$1")"; }

# read_arguments TEXT - adds one argument a line to the array `arguments`. What stands after the first blank of a flag is its value.
read_arguments() {
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    if [[ $line =~ ^(--[a-z0-9-]+)[[:space:]]+(.+)$ ]]; then
      arguments+=("${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}")
    elif [ -n "$line" ]; then
      arguments+=("$line")
    fi
  done <<< "$1"
}
